import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { WebRoutes } from '../web/WebRoutes';
import { Telemetry } from './Telemetry';
import { WINDOWS } from './TelemetryWindow';

/** `GET /api/cost-telemetry`: every window. */
@injectable()
export class TelemetryRoutes extends WebRoutes {
  constructor(private readonly telemetry: Telemetry) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get('/api/cost-telemetry', async () => {
      await this.telemetry.restore();
      return Object.fromEntries(WINDOWS.map((name) => [name, this.telemetry.window(name)]));
    });
  }
}
