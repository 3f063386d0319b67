# The endpoint: docker build -t kafka-testkit . (docs/endpoint.md)
FROM node:24-slim AS package
WORKDIR /package
COPY . .
RUN npm ci --no-audit --no-fund && npm run build && npm pack --pack-destination /tmp

FROM node:24-slim
# pg is the client that DATABASE_URL wants; kafka-testkit itself does not bring it.
RUN --mount=type=bind,from=package,source=/tmp,target=/package \
    npm install --global --no-audit --no-fund --no-update-notifier /package/kafka-testkit-*.tgz pg@8 \
    && npm cache clean --force
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7092
HEALTHCHECK --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:7092/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["kafka-testkit"]
CMD ["serve", "--host", "0.0.0.0", "--data", "/data"]
