# The site in one image. compose.yaml starts it with its database; docs/operating.md says how.
FROM python:3.11-slim-bookworm

RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends fonts-wqy-zenhei postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/huiqi --create-home huiqi

WORKDIR /opt/huiqi
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
COPY packs packs
# In place, so that the packs beside the source are found.
RUN pip install --no-cache-dir --disable-pip-version-check -c constraints.txt -e .

USER huiqi
ENV DJANGO_SETTINGS_MODULE=huiqi.config.prod \
    HUIQI_DATA=/var/lib/huiqi/data \
    PYTHONUNBUFFERED=1
RUN mkdir -p "$HUIQI_DATA"
VOLUME /var/lib/huiqi/data
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/health/', headers={'Host': os.environ['HUIQI_HOSTS'].split(',')[0]}), timeout=8)"]
CMD ["huiqi", "serve", "--bind", "0.0.0.0:8000"]
