# The packaged model behind HTTP: what predicts and serves, nothing that trains, no shell user.
#
#   docker build -t houses .
#   docker run --rm -p 127.0.0.1:8000:8000 -e REGRESSION_MODEL_TOKEN houses
#
# A model of one's own: -v /srv/models:/models:ro houses cars=/models/cars.zip

FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv --without-pip /venv && \
    pip --python /venv/bin/python install --no-cache-dir ".[serve]"

FROM python:3.13-slim
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
RUN ["regression-model", "self-test"]
USER 65534:65534
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
ENTRYPOINT ["regression-model", "serve", "--host", "0.0.0.0"]
