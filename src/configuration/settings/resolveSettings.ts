import type { PlannedValue } from '../../contracts/BootPlan';
import type { AnyClass } from '../../contracts/metadata';
import type { Problems } from '../../errors/Problem';
import { buildSettings } from './buildSettings';
import { isConfigMap, type ConfigMap } from '../tree/ConfigTree';
import { deepFreeze } from './deepFreeze';
import type { PlacedSettings } from './placeSettings';
import { planSettings } from './planSettings';
import { reportBrokenSettings } from './reportBrokenSettings';
import { secretsOf } from './secretsOf';
import { validateSettings } from './validateSettings';

export interface ResolvedSettings {
  readonly settings: ReadonlyMap<AnyClass, object>;
  readonly values: readonly PlannedValue[];
  readonly secrets: readonly string[];
}

/** Builds, validates and freezes the settings. Every problem of every class is reported. */
export async function resolveSettings(
  placed: readonly PlacedSettings[],
  merged: ConfigMap,
  misshapen: ReadonlySet<string>,
  problems: Problems,
): Promise<ResolvedSettings> {
  const settings = new Map<AnyClass, object>();
  const values: PlannedValue[] = [];
  const secrets: string[] = [];
  for (const { key, description } of placed) {
    try {
      const { instance, tree } = buildSettings(description, mapAt(merged, key.split('.')));
      secrets.push(...secretsOf(description, instance, tree));
      values.push(...planSettings(description, tree, key));
      settings.set(description.type, instance);
      await validateSettings({ description, instance, path: key, origins: tree, secret: false }, misshapen, problems);
      deepFreeze(instance);
    } catch (error) {
      reportBrokenSettings(description.type, error, problems);
    }
  }
  return { settings, values, secrets };
}

function mapAt(map: ConfigMap, path: readonly string[]): ConfigMap {
  return path.reduce<ConfigMap>((reached, key) => {
    const below = reached.get(key);
    return isConfigMap(below) ? below : new Map();
  }, map);
}
