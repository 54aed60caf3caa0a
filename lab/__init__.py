"""The science of the lab: it draws nothing, prints nothing and knows no Jupyter."""
