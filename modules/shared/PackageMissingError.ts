import { DaemonryError } from 'daemonry';

export interface MissingPackage {
  /** As npm knows it: `fastify`. */
  readonly name: string;
  /** The major version that is asked for. */
  readonly major: number;
  /** Who asks: `The web module`. */
  readonly neededBy: string;
  /** How to do without: `leave webModule() out`. */
  readonly otherwise: string;
}

/** Something that is used here needs a package that is an optional peer dependency, and is not installed. */
export class PackageMissingError extends DaemonryError<'PACKAGE_MISSING'> {
  constructor({ name, major, neededBy, otherwise }: MissingPackage, cause: unknown) {
    super('PACKAGE_MISSING', {
      what: `${neededBy} needs the package "${name}", which is not installed.`,
      fix: `install it (npm install ${name}@${major}), or ${otherwise}.`,
      cause,
    });
  }
}
