"""Streamlit app: frame of the pages, their sections and components, HTTP routes, jobs."""
