import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { WebRoutes } from '../web/WebRoutes';
import { ProbeFindings } from './ProbeFindings';

/** `GET /api/probes` on the web server. */
@injectable()
export class ProbeRoutes extends WebRoutes {
  constructor(private readonly findings: ProbeFindings) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get('/api/probes', () => ({ findings: this.findings.current() }));
  }
}
