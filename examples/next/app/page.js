import { headers } from 'next/headers';

export default async function Page() {
  const url = `http://${(await headers()).get('host')}`;
  return (
    <pre>
      {`TOKEN=$(curl -s '${url}/token?role=admin')\n`}
      {`curl -i -H "authorization: Bearer $TOKEN" ${url}/me\n`}
      {`curl -i -H "authorization: Bearer $TOKEN" ${url}/admin\n`}
    </pre>
  );
}
