# Bot and nothing else, for any user and a root file system that is read-only. /news is yours to mount: config.yaml
# and digests/. /data is where SQLite and the search index go; with PostgreSQL it may stay empty.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
WORKDIR /source
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN python -m venv --without-pip /opt/roundup \
    && python -m pip --python /opt/roundup/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes --requirement requirements.txt
COPY bot bot
RUN python -m pip --python /opt/roundup/bin/python install --no-cache-dir --disable-pip-version-check \
        --no-deps --no-build-isolation . \
    && python -m pip --python /opt/roundup/bin/python uninstall --yes --quiet setuptools

FROM python:${PYTHON}-slim
COPY --from=build /opt/roundup /opt/roundup
# Whoever runs it may write there, under whatever number: some hosts choose one at each start.
RUN mkdir --mode=1777 /data && mkdir /news
ENV PATH=/opt/roundup/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/roundup.db \
    XDG_CACHE_HOME=/data/cache \
    PORT=3000
USER 10001:0
WORKDIR /news
EXPOSE 3000
# Not with urllib's opener: that would ask the proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
    "import os, http.client as http; line = http.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); line.request('GET', '/healthz'); raise SystemExit(line.getresponse().status != 200)"]
ENTRYPOINT ["roundup"]
CMD ["run"]
