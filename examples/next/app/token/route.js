// For trying only: hands out what a real application gets from its users' issuer.
import { issuer } from '../../lib/auth.js';

export const GET = async (request) => new Response(await issuer.sign({ roles: request.nextUrl.searchParams.getAll('role') }));
