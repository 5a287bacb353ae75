/** Every provider besides HelloJohn, configured by what the emulator says of itself. */
import { justauthenticateme } from 'countersign/justauthenticateme';
import { nicelogin } from 'countersign/nicelogin';
import { oidc } from 'countersign/oidc';
import { propelauth } from 'countersign/propelauth';

export const clientsOf = ({ justauthenticateme: jam, nicelogin: nl, oidc: op, propelauth: pa }) => ({
  propelauth: propelauth({ authUrl: pa.auth_url, apiUrl: pa.api_url, apiKey: pa.api_key, webhookSecret: pa.webhook_secret }),
  justauthenticateme: justauthenticateme({ appId: jam.app_id, baseUrl: jam.base_url }),
  nicelogin: nicelogin({ apiKey: nl.api_key, apiSecret: nl.api_secret, baseUrl: nl.base_url, companyId: nl.company_id }),
  oidc: oidc({ issuer: op.issuer, audience: op.audience, clientId: op.client_id, clientSecret: op.client_secret }),
});
