/** Say in one sentence what it is for. */
export class {{pascal}} {
  describe(): string {
    return '{{kebab}}';
  }
}
