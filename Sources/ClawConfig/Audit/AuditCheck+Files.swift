/// Files that others of this machine could read or change.
extension AuditCheck {
    static let files: [AuditCheck] =
        stateDirectory + config(.config, "fs.config", "configuration file") + [
            AuditCheck(
                "fs.config.symlink", .warn, "The configuration file is a link",
                when: "the configuration file is a symbolic link", fix: "Check that you trust where it leads."
            ) { hits($0, .config, \.isLink) }
        ] + config(.include, "fs.config_include", "included configuration file") + credentials + [synced]

    private static func hits(
        _ subject: AuditSubject, _ role: AuditedFile.Role, _ test: (AuditedFile) -> Bool
    ) -> [Hit] {
        subject.files.filter { $0.role == role && test($0) }.map { Hit("\($0.path) has the mode \($0.modeText).") }
    }

    private static let stateDirectory: [AuditCheck] = [
        AuditCheck(
            "fs.state_dir.symlink", .warn, "The state directory is a link",
            when: "the state directory is a symbolic link", fix: "Check that you trust where it leads."
        ) { hits($0, .stateDirectory, \.isLink) },
        AuditCheck(
            "fs.state_dir.perms_world_writable", .critical, "Everybody can change the state directory",
            when: "other users may write to the state directory", fix: "chmod 700 the state directory."
        ) { hits($0, .stateDirectory, \.isWritableByOthers) },
        AuditCheck(
            "fs.state_dir.perms_group_writable", .warn, "The group can change the state directory",
            when: "the group may write to the state directory", fix: "chmod 700 the state directory."
        ) { hits($0, .stateDirectory) { $0.isWritableByGroup && !$0.isWritableByOthers } },
        AuditCheck(
            "fs.state_dir.perms_readable", .warn, "Others can read the state directory",
            when: "the group or other users may list the state directory", fix: "chmod 700 the state directory."
        ) { hits($0, .stateDirectory) { $0.isReadableByGroup || $0.isReadableByOthers } },
    ]

    private static func config(_ role: AuditedFile.Role, _ prefix: String, _ name: String) -> [AuditCheck] {
        [
            AuditCheck(
                "\(prefix).perms_writable", .critical, "Others can change the \(name)",
                when: "the group or other users may write to the \(name)", fix: "chmod 600 the file."
            ) { hits($0, role) { $0.isWritableByGroup || $0.isWritableByOthers } },
            AuditCheck(
                "\(prefix).perms_world_readable", .critical, "Everybody can read the \(name)",
                when: "other users may read the \(name)", fix: "chmod 600 the file."
            ) { hits($0, role, \.isReadableByOthers) },
            AuditCheck(
                "\(prefix).perms_group_readable", .warn, "The group can read the \(name)",
                when: "the group, but not everybody, may read the \(name)", fix: "chmod 600 the file."
            ) { hits($0, role) { $0.isReadableByGroup && !$0.isReadableByOthers } },
        ]
    }

    private static let credentials: [AuditCheck] = [
        AuditCheck(
            "fs.credentials_dir.perms_writable", .critical, "Others can change the credentials",
            when: "the group or other users may write to the credentials directory",
            fix: "chmod 700 the directory."
        ) { hits($0, .credentialsDirectory) { $0.isWritableByGroup || $0.isWritableByOthers } },
        AuditCheck(
            "fs.credentials_dir.perms_readable", .warn, "Others can list the credentials",
            when: "the group or other users may list the credentials directory", fix: "chmod 700 the directory."
        ) { hits($0, .credentialsDirectory) { $0.isReadableByGroup || $0.isReadableByOthers } },
        AuditCheck(
            "fs.auth_profiles.perms_writable", .critical, "Others can change an agent's keys",
            when: "the group or other users may write to an `auth-profiles.json`", fix: "chmod 600 the file."
        ) { hits($0, .authProfiles) { $0.isWritableByGroup || $0.isWritableByOthers } },
        AuditCheck(
            "fs.auth_profiles.perms_readable", .warn, "Others can read an agent's keys",
            when: "the group or other users may read an `auth-profiles.json`", fix: "chmod 600 the file."
        ) { hits($0, .authProfiles) { $0.isReadableByGroup || $0.isReadableByOthers } },
        AuditCheck(
            "fs.sessions_store.perms_readable", .warn, "Others can read the list of sessions",
            when: "the group or other users may read a `sessions.json`", fix: "chmod 600 the file."
        ) { hits($0, .sessionIndex) { $0.isReadableByGroup || $0.isReadableByOthers } },
        AuditCheck(
            "fs.log_file.perms_readable", .warn, "Others can read the log",
            when: "the group or other users may read the file of `logging.file`", fix: "chmod 600 the file."
        ) { hits($0, .log) { $0.isReadableByGroup || $0.isReadableByOthers } },
    ]

    private static let syncedNames = [
        "icloud", "mobile documents", "dropbox", "onedrive", "google drive", "googledrive",
    ]

    private static let synced = AuditCheck(
        "fs.synced_dir", .warn, "The state is copied to a cloud",
        when: "the path of the state or of the configuration looks like iCloud, Dropbox, OneDrive or Google Drive",
        fix: "Move it to a directory that no service copies, and set OPENCLAW_STATE_DIR."
    ) { subject in
        subject.files.filter { file in
            [.stateDirectory, .config].contains(file.role)
                && syncedNames.contains { file.path.lowercased().firstRange(of: $0) != nil }
        }.map { Hit("\($0.path) looks like a directory that a cloud service copies.") }
    }
}
