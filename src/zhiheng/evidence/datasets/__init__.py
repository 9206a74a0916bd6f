"""Datasets: accepted data, frozen with its dimensions, published in one flip of one row."""
