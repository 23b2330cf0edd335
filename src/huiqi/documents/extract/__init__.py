"""From a file to the text of an official document: one module per format, `read` chooses between them."""
