-- Optional, PostgreSQL only: spreads the big tables over sixteen hash partitions by company.
--   psql "…" -f docs/partitioning.sql
-- Stop all nodes first: the tables are written anew, in one transaction. Worth it for vacuum and for indexes that fit in memory, where
-- many companies share a database; every statement names its company, so each looks at one partition. Every unique index of these
-- tables begins with company_id, as PostgreSQL demands. Later versions of Sluice migrate a partitioned database as they do any other.
do $$
declare
    parts constant int := 16;
    big text;
    definitions text[];
    triggers text[];
    definition text;
    primary_key text;
begin
    foreach big in array array['prospects', 'flow_instances', 'instance_events', 'todos', 'bulk_items', 'crm_objects', 'crm_upload_lines'] loop
        if exists (select 1 from pg_class where oid = big::regclass and relkind = 'p') then
            continue;
        end if;

        select array_agg(pg_get_indexdef(i.indexrelid)) into definitions
        from pg_index i
        where i.indrelid = big::regclass and not i.indisprimary;
        select array_agg(pg_get_triggerdef(t.oid)) into triggers
        from pg_trigger t
        where t.tgrelid = big::regclass and not t.tgisinternal;
        select pg_get_constraintdef(c.oid) into primary_key
        from pg_constraint c
        where c.conrelid = big::regclass and c.contype = 'p';

        execute format('alter table %I rename to %I', big, big || '_whole');
        execute format('create table %I (like %I including defaults including storage) partition by hash (company_id)', big, big || '_whole');
        for part in 0 .. parts - 1 loop
            execute format('create table %I partition of %I for values with (modulus %s, remainder %s)', big || '_' || part, big, parts, part);
        end loop;
        execute format('insert into %I select * from %I', big, big || '_whole');
        execute format('drop table %I', big || '_whole');
        execute format('alter table %I add constraint %I %s', big, big || '_pkey', primary_key);
        foreach definition in array coalesce(definitions, array[]::text[]) || coalesce(triggers, array[]::text[]) loop
            execute definition;
        end loop;
    end loop;
end
$$;
