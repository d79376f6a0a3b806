import { ENVIRONMENT_PREFIX } from './ConfigLayers';

/** The environment variable of a path: `slack.botToken` is `DAEMONRY__SLACK__BOT_TOKEN`. */
export function variableName(path: readonly string[]): string {
  return ENVIRONMENT_PREFIX + path.map(variablePart).join('__');
}

/** A key as a part of a variable's name: `botToken` is `BOT_TOKEN`. */
export function variablePart(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
