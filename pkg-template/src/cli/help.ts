export const HELP = `countersign: verify tokens and webhooks from the command line

  countersign verify [token]     accept or refuse a token
  countersign explain [token]    every check of a token, in order
    --issuer URL                 its keys are found by discovery, or by one of
    --jwks-uri URL  --jwks FILE  --key FILE (JWK or PEM)  --secret-env NAME  --secret-file FILE
    --audience NAME              may be repeated; --any-audience accepts tokens meant for anybody
    --algorithm NAME  --typ NAME  --clock-tolerance 5s  --max-token-age 5min
    --provider NAME              hellojohn, justauthenticateme, nicelogin or propelauth, configured as below;
                                 beside it only --clock-tolerance: it decides all the rest itself
    The token may also come by standard input, with or without the word Bearer.

  countersign webhook verify     accept or refuse a delivery
    --scheme NAME                standard, svix, stripe, github, slack, shopify, hellojohn, propelauth, …
    --secret-env NAME            or --secret-file FILE; may be repeated
    --header 'Name: value'       may be repeated; or --headers FILE, a line for each
    --body FILE                  the raw body; by default standard input
    --tolerance SECONDS

  countersign keys pin ISSUER    write discovery, key set and snapshot to countersign-keys.json
    -o FILE                      another file; - is standard output
    --jwks-uri URL               without discovery

  countersign doctor SUBJECT     a provider, or the URL of an issuer: what is missing or wrong
    hellojohn                    --tenant-id  --api-url
                                 HELLOJOHN_TENANT_ID  HJ_API_URL  HJ_SECRET_KEY  WEBHOOK_SECRET
    justauthenticateme           --app-id  --base-url
                                 JUSTAUTHENTICATEME_APP_ID  JUSTAUTHENTICATEME_BASE_URL
    nicelogin                    --api-key (it is public)  --company-id  --base-url
                                 NICELOGIN_API_KEY  NICELOGIN_COMPANY_ID  NICELOGIN_BASE_URL  NICELOGIN_API_SECRET
    propelauth                   --auth-url  --api-url
                                 PROPELAUTH_AUTH_URL  PROPELAUTH_API_URL  PROPELAUTH_API_KEY  PROPELAUTH_WEBHOOK_SECRET

  --at DATE    judge by another time (verify, explain, webhook verify)
  --json       one JSON object on standard output
  --help       this text; --version, the package's version

Exit codes: 0 accepted or healthy, 1 refused or unhealthy, 2 wrong use or options, 3 keys or provider out of reach.
141 says that standard output was closed early; 2, too, that it could not be written.
Secrets are read from variables and files alone: arguments are visible to everybody on the machine.
A secret's file is text if it is well-formed UTF-8, and its final line break is cut; anything else is the key's own bytes.
`;
