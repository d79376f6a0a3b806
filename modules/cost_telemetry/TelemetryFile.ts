import { readFile, rename } from 'node:fs/promises';

import { codeOf, messageOf } from 'daemonry';

import { AtomicFile, type AtomicWriteOptions } from '../shared/files';
import { parseTelemetry, type TelemetryDocument } from './TelemetryDocument';

/** The file was no valid telemetry document, and has been moved to `keptAs`. */
export interface DamagedTelemetry {
  readonly found: 'damaged';
  readonly keptAs: string;
  readonly bytes: number;
  readonly reason: string;
}

export type TelemetryReading =
  | { readonly found: 'nothing' }
  | { readonly found: 'document'; readonly document: TelemetryDocument }
  | DamagedTelemetry;

/** The file in which the counters outlive the process. */
export class TelemetryFile {
  readonly #file: AtomicFile;

  constructor(
    /** Absolute. */
    readonly path: string,
  ) {
    this.#file = new AtomicFile(path);
  }

  /** Rejects when the file is there and can be neither read nor, when damaged, moved aside. */
  async read(now: number): Promise<TelemetryReading> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return { found: 'nothing' };
    try {
      return { found: 'document', document: parseTelemetry(JSON.parse(text)) };
    } catch (error) {
      const keptAs = `${this.path}.${new Date(now).toISOString().replaceAll(':', '-')}.damaged`;
      await rename(this.path, keptAs);
      return { found: 'damaged', keptAs, bytes: Buffer.byteLength(text), reason: messageOf(error) };
    }
  }

  async write(document: TelemetryDocument, options: AtomicWriteOptions): Promise<void> {
    await this.#file.write(`${JSON.stringify(document)}\n`, options);
  }
}
