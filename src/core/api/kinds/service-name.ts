/** Names of Services: DNS labels that may begin with a digit (KEP-5311). */
import { labelNameProblems } from '../../kube/names.ts';

/** Why a name cannot be a Service's. */
export function serviceNameProblems(name: string, prefix: boolean): string[] {
  return labelNameProblems(name, prefix);
}
