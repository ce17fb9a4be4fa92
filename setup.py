"""The distribution's metadata; tool settings are in pyproject.toml."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

ROOT = Path(__file__).parent
VERSION = (ROOT / "regression_model" / "VERSION").read_text(encoding="utf-8").strip()


def requirements(name: str) -> list[str]:
    """Read a file of requirements/ and those that it refers to, without comments."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    found: list[str] = []
    for line in (line.partition("#")[0].strip() for line in lines):
        if line.startswith("-r "):
            found += requirements(line.removeprefix("-r "))
        elif line:
            found.append(line)
    return found


EXTRAS = {
    "dask": requirements("dask_requirements.txt"),
    "files": requirements("files_requirements.txt"),
    "spark": requirements("spark_requirements.txt"),
    "train": requirements("train_requirements.txt"),
    "test": requirements("test_requirements.txt"),
    "typing": requirements("typing_requirements.txt"),
    "bench": requirements("bench_requirements.txt"),
}
EXTRAS["all"] = sorted({line for lines in EXTRAS.values() for line in lines})

setup(
    name="evergreen-regression",
    version=VERSION,
    description="A regression model as a package that does not rot",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_namespace_packages(include=["regression_model*"], exclude=["*.__pycache__"]),
    include_package_data=True,
    install_requires=requirements("requirements.txt"),
    extras_require=EXTRAS,
    entry_points={"console_scripts": ["regression-model = regression_model.cli:main"]},
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Typing :: Typed",
    ],
)
