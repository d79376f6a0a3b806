/** Takes secrets out of what is about to be shown. */
export interface Redactor {
  text(value: string): string;
  /**
   * Plain JSON data without secrets, whole values under keys that look like secrets included. An error becomes its plain
   * form. What holds no secret is returned as it is, not copied.
   */
  data<T>(value: T): T;
}
