"""HTTP routes and middleware beside the pages."""
