import { Available, type Availability } from 'daemonry';
import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { failure } from '../web/failures';
import { WebRoutes } from '../web/WebRoutes';
import { Metrics, MetricsSettings } from './Metrics';

/** `GET /metrics` on the web server, unless the metrics have a port of their own. */
@injectable()
export class MetricsRoutes extends WebRoutes {
  constructor(
    private readonly settings: MetricsSettings,
    @Available(Metrics) private readonly metrics: Availability<Metrics>,
  ) {
    super();
  }

  override register(server: FastifyInstance): void {
    if (this.settings.port !== undefined) return;
    server.get('/metrics', async ({ headers }, reply) => {
      const current = this.metrics.current();
      const exposition = current.state === 'ready' ? await current.instance.expose(headers.accept) : undefined;
      if (exposition !== undefined) return reply.type(exposition.contentType).send(exposition.body);
      return reply
        .code(503)
        .send(failure('METRICS_UNAVAILABLE', 'The daemon "metrics" does not run: its status says why.'));
    });
  }
}
