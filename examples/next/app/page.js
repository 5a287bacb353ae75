export default function Page() {
  return (
    <pre>
      {`TOKEN=$(curl -s 'http://127.0.0.1:3000/token?role=admin')\n`}
      {`curl -i -H "authorization: Bearer $TOKEN" http://127.0.0.1:3000/me\n`}
      {`curl -i -H "authorization: Bearer $TOKEN" http://127.0.0.1:3000/admin\n`}
    </pre>
  );
}
