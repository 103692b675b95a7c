"""`doukikai doctor`: looks at every part and says in a line each how it is."""
