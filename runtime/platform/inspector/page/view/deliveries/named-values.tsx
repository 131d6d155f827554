/** Names with their texts, such as headers. Both may be hostile. */
export function NamedValues(props: { readonly values: Readonly<Record<string, string>>; readonly label: string }) {
  return (
    <table class="values" aria-label={props.label}>
      <tbody>
        {Object.entries(props.values).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <bdi>{name}</bdi>
            </th>
            <td>
              <bdi>{value}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
