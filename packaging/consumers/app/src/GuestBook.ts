/** An ordinary service: nothing says that it is injected. */
export class GuestBook {
  readonly entries: string[] = [];

  write(entry: string): void {
    this.entries.push(entry);
  }
}
