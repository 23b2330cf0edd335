"""A made-up register (合成) for demonstrations and measurements: no enterprise in it exists."""
