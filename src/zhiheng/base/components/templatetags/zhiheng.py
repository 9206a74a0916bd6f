"""Filters and tags every template has: numbers as the bureau prints them."""

from django import template

register = template.Library()
