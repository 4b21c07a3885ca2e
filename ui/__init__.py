"""The only code that knows Streamlit: the shell around the pages, and the HTTP routes."""
