"""Where executions live, as the engine sees it."""
