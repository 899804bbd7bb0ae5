"""The problems of the mission server; part of the catalogue in `problem_catalogue`."""

SERVER: dict[str, str] = {
    # starting the server
    "serve.no_secret": (
        "The server has no secret it can sign with: {reason}. Set P8_SECRET to at least 32 random "
        "signs, the same on every machine, for instance from: "
        'python -c "import secrets; print(secrets.token_urlsafe(48))"'
    ),
    "serve.bad_setting": "The setting {name} cannot be used; it must be {expected}.",
    "serve.debug_in_public": (
        "P8_DEBUG=1 shows the insides of the software to whoever asks, and {host} can be reached "
        "from other machines. Unset P8_DEBUG, or listen on 127.0.0.1."
    ),
    "serve.demo_in_public": (
        "P8_DEMO=1 lets people log in without a second factor, and {host} can be reached from "
        "other machines. Unset P8_DEMO, or listen on 127.0.0.1."
    ),
    "serve.no_tls": (
        "{host} can be reached from other machines, and nothing encrypts what they send. "
        "Use --lan in a local network, or put a proxy with a certificate in front and set "
        "P8_PUBLIC_URL=https://… and P8_BEHIND_PROXY=1."
    ),
    "serve.sqlite_with_workers": (
        "SQLite has one writer; {workers} worker processes would count failed log-ins apart. "
        "Use one worker, or set DATABASE_URL to a PostgreSQL database."
    ),
    "serve.sqlite_not_durable": (
        "SQLite runs with synchronous = {synchronous}: a power cut would lose reports that were "
        "acknowledged. It must be FULL (2); remove the setting that lowers it."
    ),
    "serve.sqlite_race": (
        "SQLite {version} can lose committed data when two connections write and checkpoint at "
        "once (fixed in 3.51.3), and the settings do not use the one-writer backend "
        "paragraph8.server.record.sqlite. Use it, or a newer SQLite."
    ),
    "serve.postgres_not_durable": (
        "PostgreSQL runs with {setting} = {value}: a power cut would lose reports that were "
        "acknowledged. Turn it on in postgresql.conf."
    ),
    "serve.port_taken": (
        "Port {port} cannot be used: {reason}. Another server may be running; end it, or choose "
        "another port with --port."
    ),
    "serve.demonstration_failed": (
        "The mission of the demonstration could not be set up: {reason}. Remove the folder demo "
        "and try again; use --no-serve to build the statement alone."
    ),
    # lists of stations and contestants
    "setup.changed_meanwhile": (
        "The election changed since {file} was compared with it; nothing was changed. Look at the "
        "comparison again, it is made anew, and apply that one."
    ),
    "setup.already_applied": (
        "{file} has been applied already; nothing was changed. Upload it again to compare it with "
        "the election as it is now."
    ),
    "setup.file_missing": (
        "The bytes of {file} (SHA-256 {sha256}) are not in the file store; nothing was changed. "
        "Upload the file again, and tell the administrator."
    ),
    # what a device is told
    "device.unknown": (
        "The mission's server does not know this phone. Scan the QR code of your team again, "
        "or ask the co-ordinator for a new one. What is on the phone stays there."
    ),
    "device.revoked": (
        "The access of this phone was withdrawn. Ask the co-ordinator for a new QR code. "
        "What is on the phone stays there."
    ),
    "device.observer_withdrawn": (
        "This observer is no longer part of the mission. Speak to the co-ordinator."
    ),
    "device.no_pledge": (
        "The code of conduct in force has not been signed yet. Sign it with the co-ordinator; "
        "then this phone works as it is."
    ),
    "device.conflict_of_interest": (
        "The declaration on conflicts of interest is missing or has not been cleared. Speak to "
        "the co-ordinator; then this phone works as it is."
    ),
    "device.not_accredited": "The accreditation of this observer has expired.",
    "people.observer_of_other_team": (
        "This observer is not in team {team}. Move the observer there first, then enrol the phone."
    ),
    "people.withdrawn": (
        "This observer was withdrawn from the mission. Take the observer back first, if that is "
        "meant."
    ),
    "people.old_pledge": (
        "Version {version} of the code of conduct is in force, and version {signed} was signed. "
        "Open the observer's page again and let the observer sign version {version}."
    ),
    "people.nothing_declared": (
        "No conflict of interest was written down, so there is nothing to record or to clear. "
        "Write down what the observer declares, or record that there is none."
    ),
    "people.team_exists": "There is a team {team} in this mission already. Choose another code.",
    "people.code_in_use": (
        "The code of team {team} cannot be changed while a phone of the team works: phones log in "
        "with it. Revoke the team's phones first and enrol them again afterwards."
    ),
    "people.missing_columns": (
        "{file} has no column {missing}. Columns that are read: {columns}. Nothing was changed; "
        "name the columns in the first row and upload the file again."
    ),
    # reports
    "openrosa.not_now": (
        "The mission's server cannot store anything at this moment. The report stays on the "
        "phone; it will be sent again."
    ),
    "openrosa.version": (
        "This server speaks version 1.0 of OpenRosa, and the request asks for another one. "
        "Update the app."
    ),
    "openrosa.not_multipart": (
        "The request is not a form submission (multipart/form-data). Its bytes were kept. "
        "Send the form with ODK Collect or another OpenRosa client."
    ),
    "openrosa.broken_multipart": (
        "The request broke off before its end. What came whole was kept; send the form again."
    ),
    "openrosa.no_xml": (
        "The request has no part named xml_submission_file. Its bytes were kept. Send the form "
        "with ODK Collect or another OpenRosa client."
    ),
    "openrosa.too_large": (
        "The request is larger than {limit:,} bytes. The answers were kept; of the files, those "
        "that came whole. Take the photos again in a smaller size, or ask for a higher limit."
    ),
    "openrosa.not_a_report": (
        "The XML does not say which form it is. Its bytes were kept; tell the co-ordinator."
    ),
    "openrosa.unknown_instance": (
        "This corrects the report {instance}, which is not here. Send the first report, then this."
    ),
    "openrosa.not_the_latest": (
        "The report {instance} has been corrected already. Correct its newest version instead."
    ),
    "openrosa.form_closed": (
        "The form {form} closed too long ago to be taken in. Speak to the co-ordinator; the report "
        "stays on the phone."
    ),
    "openrosa.conflict": (
        "A report with the same id and other answers is here already. Speak to the co-ordinator."
    ),
    # why a report waits for a person
    "quarantine.sealed": "The report is encrypted; its answers cannot be read here.",
    "quarantine.unknown_form": (
        "The form or its version is not one that this mission published. Publish it, or settle "
        "the report by hand."
    ),
    "quarantine.form_closed": "The report came after the form had closed.",
    "quarantine.not_accredited": "The observer's accreditation had expired.",
    # archiving
    "review.unknown_archive_key": (
        "This address opens no archive: the key is unknown or was revoked. Make a new one on the "
        "mission's page of reports."
    ),
    "review.not_in_archive": "There is no such form, report or file in this archive.",
    "review.bad_cursor": "cursor and numEntries must be whole numbers, as this server gave them.",
    # snapshots
    "snapshots.running": (
        "A snapshot of this mission has been in the making since {since}. Wait until it is done."
    ),
    "snapshots.in_the_future": (
        "{as_of} has not come yet. A snapshot holds what was received until an hour that is past."
    ),
    "snapshots.file_known": "{file} was taken in before, byte for byte. Nothing was changed.",
    "snapshots.no_reason": "Say why; the reason stands in the journal. Nothing was changed.",
    # review
    "review.no_reason": (
        "Every decision needs a reason of 1 to {limit} characters; it is kept in the journal. "
        "Nothing was changed. Go back and write why."
    ),
    "review.no_such_decision": "The page asked for a decision that does not exist. Load it again.",
    "review.no_such_settlement": (
        "A conflict cannot be settled by {how!r}. Choose to keep the first, take the other, or "
        "keep both; nothing was changed."
    ),
    "review.settled_already": "This conflict has been settled already; see how on the report.",
    "review.corrected_already": (
        "Report {report} has been replaced by report {newer}. Open that one and decide there; "
        "nothing was changed."
    ),
    "review.nothing_changed": (
        "No answer was changed, so no correction was made. Go back and change one."
    ),
    "review.unusable_answer": (
        "The new answer to {item} is too long or holds characters that a report cannot hold. "
        "Go back and write it anew; nothing was changed."
    ),
    "review.sealed": "The report is encrypted, so the office cannot correct it.",
    # missions, forms, the local network, backups
    "lan.bad_name": (
        "{name!r} is no host name. Give one like server.local: letters a-z, digits, hyphens, dots."
    ),
    "lan.bad_label": "{label!r} cannot name a certificate. Give 1 to 64 characters.",
    "lan.not_covered": (
        "The authority in {folder} may not certify {name}. Use a private address or a name ending "
        "in .local or .lan; or move the folder away: a new authority is made, and every phone has "
        "to trust it anew."
    ),
    "lan.authority_damaged": (
        "{file} cannot be read: {reason}. Put it back from the backup; or move its folder away: a "
        "new authority is made, and every phone has to trust it anew."
    ),
    "lan.authority_not_in_force": (
        "The authority in {folder} is in force from {start} to {end}, and this machine says it is "
        "{now}. Set the machine's clock. If the clock is right, move the folder away: a new "
        "authority is made, and every phone has to trust it anew."
    ),
    "lan.port_taken": (
        "The page that tells phones how to trust this server cannot use port {port}: {reason}. "
        "Name another port, or end what uses this one."
    ),
    "backup.no_secret_key": (
        "A backup is opened with the secret key it was sealed for: name its file with --key."
    ),
    "backup.bad_public_key": (
        "{key}… is no public key of age ({reason}). It begins with age1; copy it whole from the "
        "file of the secret key, where it stands after “public key:”."
    ),
    "backup.secret_key_given": (
        "A secret key was given where a public key belongs. It opens every backup sealed for it "
        "and must not be on the server. Delete it there, make a new pair, and give the public key "
        "(age1…)."
    ),
    "backup.no_public_key": (
        "A backup needs at least one public key for which it is sealed; none is set. Nothing was "
        "written. Make a key pair on another machine and set its public key here."
    ),
    "backup.bad_secret_key": (
        "{file} does not hold one age secret key (a line AGE-SECRET-KEY-1…). Take the file that "
        "was written when the pair was made, or the printed copy."
    ),
    "backup.key_exists": "{file} exists. A key is never overwritten; name a new file.",
    "backup.exists": "{file} exists. A backup is never overwritten; name a new file.",
    "backup.bad_name": "{name!r} cannot be a name in a backup: {reason}. Nothing was written.",
    "backup.member_changed": (
        "{file} changed its size while it was read. No backup was written. Seal a copy that "
        "nothing writes into."
    ),
    "backup.folder_exists": "{folder} exists. A backup is opened into a new folder; name another.",
    "backup.wrong_key": (
        "{file} was not sealed for this secret key, or its first bytes are damaged. Nothing was "
        "opened. Try the other keys of the mission, then another copy."
    ),
    "backup.damaged": (
        "{file} is cut off or damaged ({reason}). Nothing was opened. Fetch it again or take "
        "another copy; its SHA-256 stands in the server's log."
    ),
    "backup.unsafe_member": (
        "{file} holds {name!r}, which this software never writes: {reason}. Nothing was opened. "
        "Whoever sealed it did so with something else; ask where the file comes from."
    ),
    "backup.unknown_format": (
        "{file} could be decrypted and is no backup that this version opens: {reason}. Nothing was "
        "opened. Use the version that made it, or age and tar by hand."
    ),
    "backup.altered": (
        "{file}: {name} is not what the manifest lists. Nothing was opened. Take another copy, and "
        "ask where this one comes from."
    ),
    "backup.running": (
        "Another backup or drill of {home} is at work. Nothing was done. Wait until it has ended."
    ),
    "backup.database_damaged": (
        "The database {file} is damaged ({reason}). No backup was made of it. Keep the backups "
        "that are there, stop the server, and restore the newest one that passes a drill."
    ),
    "backup.no_program": (
        "{program} of PostgreSQL is not on this machine. Nothing was done. Install the client "
        "programs of the version that the database has, or a newer one."
    ),
    "backup.program_failed": "{program} of PostgreSQL failed: {reason}",
    "backup.none_yet": (
        "This server has made no backup yet. Make one with p8 backup, or name the file of one."
    ),
    "backup.target_not_empty": (
        "{place} is not empty. A backup is restored only where nothing is, so that nothing is "
        "lost. Nothing was changed; name an empty place."
    ),
    "backup.other_database": (
        "{file} was made of a server on {made} and can be restored only on {made}, not on {here}. "
        "Nothing was changed. Set or unset DATABASE_URL accordingly."
    ),
    "backup.newer_software": (
        "{file} was made by version {made} of this software, which is newer than this one "
        "({here}): it knows {unknown}. Nothing was changed. Install that version and restore "
        "with it."
    ),
    "backup.restored_differs": (
        "{file} was restored, and the result is not what was backed up: {what}. It is not to be "
        "used. Empty the database, take another copy of the backup, and tell who maintains this "
        "software."
    ),
    "backup.no_drill_database": (
        "The database {name} for the drill could not be made: {reason} Give the server's user the "
        "right CREATEDB, or restore the backup on another machine and compare there."
    ),
    "forms.condition_without_item": (
        "Form {form}, item {item}: the condition {condition!r} names {missing}, which this form "
        "does not ask. Correct the condition, or let the form ask {missing} too."
    ),
    "forms.repeated_contestant": (
        "The contestant code {contestant!r} is empty or stands twice. Give every contestant a code "
        "of its own; no form was made."
    ),
    "forms.not_an_xlsform": (
        "{file} is no XLSForm that can be used: {reason}. "
        "Correct the workbook and upload it again; nothing was changed."
    ),
    "forms.missing_setting": (
        "{file} has no {setting} in its sheet settings. Add the column {setting} and a value."
    ),
    "forms.bad_setting": (
        "{file}, sheet settings: {setting} is {value!r}; expected {expected}. Correct the cell."
    ),
    "forms.repeated_name": (
        "{file} has two questions or groups named {name!r}. Answers are kept by the name of their "
        "question: rename one of them."
    ),
    "forms.sends_elsewhere": (
        "{file} would send what observers report to {address}. "
        "Remove submission_url from its sheet settings; phones send to the server they belong to."
    ),
    "forms.no_such_language": (
        "The form {form} has no words in the language {language!r}; it has {found}."
    ),
    "forms.frozen": (
        "The form {form} is published in version {version}, and a published version never changes. "
        "Make a new version."
    ),
    "forms.nothing_new": (
        "This draft of {form} holds what version {version} holds, which is published already. "
        "Nothing was published; discard the draft."
    ),
    "forms.not_a_draft": (
        "Version {version} of {form} is no draft any more: it was published, replaced or "
        "discarded meanwhile. Look at the list of forms again."
    ),
    "forms.meaning_changes": (
        "The draft of {form} changes what answers to {items} mean, and nobody confirmed it. Tick "
        "each of these items on the page of the draft, or discard it. Nothing was published."
    ),
    "forms.id_taken": (
        "{file}: the form id {form_id!r} {reason}. Give the form another form_id in its sheet "
        "settings and upload it again; nothing was changed."
    ),
    "forms.version_taken": (
        "{file} says version {version}, and {form} is published in that version already. Raise "
        "the version in its sheet settings, or leave it empty; nothing was changed."
    ),
    "forms.needs_files": (
        "{file} needs files that phones cannot get from here: {names}. Only areas.csv and "
        "stations.csv are there, made from the mission's stations. Put other lists into the sheet "
        "choices and leave out pictures and sounds; nothing was changed."
    ),
    "missions.last_head": (
        "This would leave {mission} without a head. Make somebody else head of mission first."
    ),
    "missions.head_is_bounded": (
        "The role {role} is for the whole mission and cannot be bounded to an organisation or an "
        "area. Leave both empty, or give another role. Nothing was changed."
    ),
    "missions.body_in_use": (
        "{name} cannot be removed: {uses} rows (people, teams or roles) belong to it. Move them "
        "first."
    ),
    "missions.own_account": (
        "You cannot deactivate the account you are logged in with. Ask another administrator."
    ),
}
