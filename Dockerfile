# The agent as an image: non-root, an init that reaps what CLIs leave behind, a health check, and no secret inside.
#   docker build -t tocsin-agent .
#   docker run --env-file .env -v tocsin-projects:/projects -p 127.0.0.1:8080:8080 tocsin-agent
# Coding CLIs are not part of it: install yours in an image made from this one.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY agent agent
COPY generator generator
RUN python -m venv /opt/tocsin \
 && /opt/tocsin/bin/pip install --no-cache-dir --constraint constraints.txt '.[charts]'

FROM python:3.13-slim-bookworm
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git openssh-client tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 televibe \
 && install --directory --owner=televibe --group=televibe /projects \
 && install --directory --owner=televibe --group=televibe --mode=700 /projects/home
COPY --from=build /opt/tocsin /opt/tocsin
COPY monitoring/runbooks/catalog.json /opt/tocsin/share/catalog.json
# Coding CLIs keep their logins and sessions at home, so home is on the volume.
ENV PATH=/opt/tocsin/bin:$PATH \
    HOME=/projects/home \
    PYTHONUNBUFFERED=1 \
    BIND_HOST=0.0.0.0 \
    RUNBOOK_CATALOG=/opt/tocsin/share/catalog.json
USER televibe
WORKDIR /projects
VOLUME /projects
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health/live', timeout=4)"]
ENTRYPOINT ["tini", "--", "tocsin-agent"]
