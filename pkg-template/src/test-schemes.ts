/** The rows of the built-in schemes, as far as signing needs them; a test holds each against the verifier. */

/** `WebhookScheme`, with what is signed always the same bytes. */
export interface SchemeRow {
  signatureHeader: string;
  timestampHeader?: string;
  idHeader?: string;
  format?: string;
  fields?: { timestamp?: string; signature: string };
  signedContent: string;
  encoding: string;
  hash?: string;
  signaturePrefix?: string;
  secretPrefix?: string;
  secretEncoding?: string;
}

const standard: SchemeRow = {
  signatureHeader: 'webhook-signature',
  timestampHeader: 'webhook-timestamp',
  idHeader: 'webhook-id',
  format: 'list',
  signedContent: '{id}.{timestamp}.{body}',
  encoding: 'base64',
  signaturePrefix: 'v1,',
  secretPrefix: 'whsec_',
  secretEncoding: 'base64',
};

const svix: SchemeRow = {
  ...standard,
  signatureHeader: 'svix-signature',
  timestampHeader: 'svix-timestamp',
  idHeader: 'svix-id',
};

const inFields = { format: 'fields', fields: { timestamp: 't', signature: 'v1' } };
const stamped = { signedContent: '{timestamp}.{body}', encoding: 'hex' };
const bodyAlone = { signedContent: '{body}', encoding: 'hex', signaturePrefix: 'sha256=' };

export const SCHEMES: Readonly<Record<string, SchemeRow>> = {
  standard,
  svix,
  propelauth: svix,
  stripe: { signatureHeader: 'Stripe-Signature', ...inFields, ...stamped },
  hellojohn: { signatureHeader: 'X-HelloJohn-Signature', ...inFields, ...stamped },
  'hellojohn-body': { signatureHeader: 'HelloJohn-Signature', ...bodyAlone },
  'hellojohn-hook': { signatureHeader: 'HelloJohn-Hook-Signature', ...bodyAlone },
  github: { signatureHeader: 'X-Hub-Signature-256', ...bodyAlone },
  shopify: { signatureHeader: 'X-Shopify-Hmac-Sha256', signedContent: '{body}', encoding: 'base64' },
  slack: {
    signatureHeader: 'X-Slack-Signature',
    timestampHeader: 'X-Slack-Request-Timestamp',
    signedContent: 'v0:{timestamp}:{body}',
    encoding: 'hex',
    signaturePrefix: 'v0=',
  },
};
