FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./{{copyVendor}}
RUN npm ci
COPY . .
RUN npm run build
# Plugins of its own, as `daemonry generate plugin` makes them, if there are any.
RUN mkdir -p plugins && for project in plugins/*/tsconfig.json; do [ ! -e "$project" ] || npx tsc -p "$project" || exit 1; done
RUN npm prune --omit=dev

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/config ./config
COPY --from=build /app/plugins ./plugins
RUN mkdir state && chown node:node state
USER node
EXPOSE 9119
STOPSIGNAL SIGTERM
# node itself, and no npm or shell before it: they would keep the signal and the exit code to themselves.
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
