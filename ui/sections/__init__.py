"""What one page shows, by the page's subject."""
