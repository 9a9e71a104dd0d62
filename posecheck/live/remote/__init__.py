"""Judge people whose browser finds their pose: landmarks come in, codes and numbers go back, pictures stay there."""
