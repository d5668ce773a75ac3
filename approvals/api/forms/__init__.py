"""What the API takes and gives, as classes with bounds; the published description is made of them."""
