//! Why a job does not run.

use domain::jobs::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::OtherSecret => "主密钥不是这个数据库原来的那一把。".into(),
        Refusal::JobTaken { .. } => "这项任务正在运行。".into(),
        Refusal::JobNotDue { .. } => "这项任务还没有到时间。".into(),
        Refusal::JobNotYours => "这项任务已由另一台服务器接手。".into(),
    }
}
