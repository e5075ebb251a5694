import type { UndoneImport } from '../../contract/imports.ts'
import { isImportId } from '../import-id.ts'
import { unknownImport } from '../import-request.ts'
import { type Connection, inTransaction } from './connection.ts'
import type { Follower } from './follower.ts'

/**
 * Takes the listings of an import away, and what they told, by one transaction. Again, it answers the same.
 *
 * @throws Problem if there is no such import.
 */
export async function undoImport(
  connection: Connection,
  follower: Follower,
  { import_id, undone_at }: { import_id: string; undone_at: string },
): Promise<UndoneImport> {
  if (!isImportId(import_id)) throw unknownImport()
  return connection.use((client) =>
    inTransaction(client, async () => {
      // Before the import is looked at: whoever takes it over holds this lock, and so does another undo.
      await client.query('select 1 from observed for update')
      const { rows } = await client.query<{ record_count: number; undone_at: string | null }>(
        'select record_count, undone_at from imports where import_id = $1',
        [import_id],
      )
      const [found] = rows
      if (found === undefined) throw unknownImport()
      const { record_count } = found
      if (found.undone_at !== null) return { import_id, record_count, undone_at: found.undone_at }
      await follower.forget(client, import_id)
      await client.query('delete from rejected_rows where import_id = $1', [import_id])
      await client.query('delete from idempotency_keys where import_id = $1', [import_id])
      await client.query('update imports set undone_at = $2 where import_id = $1', [import_id, undone_at])
      return { import_id, record_count, undone_at }
    }),
  )
}
