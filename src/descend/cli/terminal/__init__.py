"""What a terminal shows, and how it interrupts."""
