FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
RUN npm ci
COPY bin ./bin
COPY src ./src
RUN npm run build
# The packaged Node is for machines with an older one; the image brings its own.
RUN npm prune --omit=dev && rm -rf node_modules/node-linux-*

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json /app/package-lock.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
RUN ln -s /app/bin/o2-archiver.mjs /usr/local/bin/o2-archiver
ENV NODE_ENV=production
USER node
# Not npm: it would keep SIGTERM to itself.
CMD ["node", "dist/worker.js"]
