"""Importing files: raw rows beside what would be stored, and every guess as a field to correct."""
