/** The one error of a kubeconfig that cannot be used. */

/** Its message reads `kubeconfig <file>: <field>: <what is wrong>`, so that the file can be mended without a search. */
export class KubeconfigError extends Error {
  readonly file: string;
  readonly field: string | undefined;

  constructor(file: string, field: string | undefined, problem: string) {
    super(`kubeconfig ${file}: ${field ? `${field}: ` : ''}${problem}`);
    this.name = 'KubeconfigError';
    this.file = file;
    this.field = field;
  }
}
