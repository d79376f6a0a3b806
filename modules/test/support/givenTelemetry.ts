import { costTelemetryModule, Telemetry, type TelemetryRecord } from '@daemonry/modules/cost_telemetry';

import { type DataOptions, givenApplication, givenFolder } from './givenData';
import { readDocument } from './readAudit';

export const CALL: TelemetryRecord = {
  route: 'slack_dm',
  model: 'small',
  inputTokens: 100,
  outputTokens: 20,
  cacheReadTokens: 5,
  costUsd: 0.1,
};

/** A running application that counts what models cost. */
export async function givenTelemetry(options: DataOptions & { folder?: string } = {}) {
  const { folder = await givenFolder(), ...others } = options;
  const app = await givenApplication(folder, {
    modules: [costTelemetryModule()],
    settleMs: 4_000, // what is written takes real time
    ...others,
  });
  const stored = async (): Promise<unknown> => {
    const text = await readDocument(folder, 'cost_telemetry');
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  };
  return { app, folder, telemetry: app.container.get(Telemetry), stored };
}

/** The calls in the three windows: of the process, of 24 hours, of the month. */
export const calls = (telemetry: Telemetry) =>
  [telemetry.window('process_lifetime'), telemetry.window('rolling_24h'), telemetry.window('monthly')].map(
    ({ total }) => total.calls,
  );
