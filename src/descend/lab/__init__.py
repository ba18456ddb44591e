"""The lab: pictures that follow sliders, on a page (`descend lab`) and in notebooks. All mathematics is done here, in Python."""
