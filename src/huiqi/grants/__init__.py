"""Lists of firms that are granted a measure without a claim (免申即享), and claims prepared for firms (预填)."""
