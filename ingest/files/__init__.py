"""Files of any size to records: compression, encodings, JSON streams."""
