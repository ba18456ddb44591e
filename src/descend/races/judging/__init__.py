"""How a race is judged: outcomes, costs, comparison and verdict."""
