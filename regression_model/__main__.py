"""``python -m regression_model``: the same as the command ``regression-model``."""

from regression_model.cli import main

if __name__ == "__main__":
    main()
