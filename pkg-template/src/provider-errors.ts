/** Error classes of providers: which failure is which class is the core's decision. */
import { branded, nameErrors, type CountersignError, type ErrorReport } from './errors.js';

type ErrorClass = new (report: ErrorReport, name: string, besides: readonly string[]) => CountersignError;

/** Marks a provider's classes and has its errors made as them; the first one is for all others. */
export function nameProviderErrors(provider: string, classes: Record<string, ErrorClass>): void {
  for (const [name, type] of Object.entries(classes)) branded(`${provider}.${name}`, type as object);
  const [base = ''] = Object.keys(classes);
  nameErrors(provider, (report, kind) => {
    const named = report.providerClass ?? base;
    const name = Object.hasOwn(classes, named) ? named : base;
    return new (classes[name] as ErrorClass)(report, name, [kind]);
  });
}
