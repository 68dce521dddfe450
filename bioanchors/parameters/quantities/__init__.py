"""Every way to write a quantity, and the distribution that it stands for."""
