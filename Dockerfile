# syntax=docker/dockerfile:1
# One image for every process of the toolkit: `disinfo serve`, `disinfo worker`, `disinfo migrate`.
# It runs as an ordinary user and writes to /data and /tmp only, so that its root file system can be read-only.

FROM node:24-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# The development packages (a browser for the tests) are not needed to build the pages' files.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN node frontend/build.mjs


FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements/tools.txt requirements/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/tools.txt
# The versions and hashes of the development lock hold here too; only what the toolkit itself needs is installed.
COPY pyproject.toml requirements/dev.txt requirements/
RUN uv venv /opt/disinfo \
 && uv pip install --no-cache --compile-bytecode --require-hashes --python /opt/disinfo/bin/python \
      --constraints requirements/dev.txt -r requirements/pyproject.toml
COPY . .
COPY --from=assets /src/common/static/dist common/static/dist
RUN /opt/disinfo/bin/pybabel compile -d common/locale -D messages \
 && uv build --wheel --no-cache --require-hashes --build-constraints requirements/dev.txt -o /wheels \
 && uv pip install --no-cache --compile-bytecode --no-deps --python /opt/disinfo/bin/python /wheels/*.whl


FROM python:3.11-slim-bookworm
# libgomp1: OpenMP, for the gradient-boosted trees; its version is that of the base image's Debian release.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 disinfo \
 && useradd --uid 10001 --gid disinfo --no-create-home --home-dir /data --shell /usr/sbin/nologin disinfo \
 && install --directory --owner disinfo --group disinfo --mode 0750 /data
COPY --from=build /opt/disinfo /opt/disinfo
# One thread per numeric library: processes are the unit of scale, and more threads make these libraries slower.
ENV PATH=/opt/disinfo/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    POLARS_MAX_THREADS=1 \
    DISINFO_DATA_DIR=/data \
    DISINFO_LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
ENTRYPOINT ["disinfo"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
